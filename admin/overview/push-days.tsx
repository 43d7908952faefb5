import type { PushDay } from '../../server/admin-api/contract';
import { Flex, Typography, VisuallyHidden } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { useTheme } from 'styled-components';
import { useText } from '../text';
import { Card } from '../ui/card';
import { AXIS_WIDTH, axisTop, ChartAxis } from '../ui/chart-axis';
import { useWidth } from '../ui/width';

const HEIGHT = 100;
const MARGIN = 8;
const LABEL = 18;
const THINNEST = 2;

/** The last two weeks: devices reached and pushes, day by day. */
export function PushDays({ days }: { days: readonly PushDay[] }) {
  const text = useText();
  const intl = useIntl();
  const [box, width] = useWidth<HTMLDivElement>();
  const pushes = days.reduce((sum, day) => sum + day.pushes, 0);
  if (pushes === 0) return null;
  const dateOf = (at: number) => intl.formatDate(at, { dateStyle: 'medium', timeZone: 'UTC' });
  return (
    <Card label={text('days.title')}>
      <Flex direction="column" alignItems="stretch" gap={3}>
        <Flex justifyContent="space-between" gap={3} wrap="wrap">
          <Typography tag="h3" variant="delta">
            {text('days.title')}
          </Typography>
          <Typography variant="pi" textColor="neutral600">
            {text('days.sum', { pushes, reached: days.reduce((sum, day) => sum + day.reached, 0) })}
          </Typography>
        </Flex>
        <div ref={box}>{width > 0 && <Drawing days={days} width={width} dateOf={dateOf} />}</div>
        <VisuallyHidden>
          <table>
            <caption>{text('days.title')}</caption>
            <thead>
              <tr>
                <th scope="col">{text('days.day')}</th>
                <th scope="col">{text('nav.pushes')}</th>
                <th scope="col">{text('days.reached')}</th>
              </tr>
            </thead>
            <tbody>
              {days.map((day) => (
                <tr key={day.at}>
                  <th scope="row">{dateOf(day.at)}</th>
                  <td>{intl.formatNumber(day.pushes)}</td>
                  <td>{intl.formatNumber(day.reached)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </VisuallyHidden>
      </Flex>
    </Card>
  );
}

interface DrawingProps {
  days: readonly PushDay[];
  width: number;
  dateOf: (at: number) => string;
}

/** Hidden from screen readers, which have the table. */
function Drawing({ days, width, dateOf }: DrawingProps) {
  const text = useText();
  const intl = useIntl();
  const { colors } = useTheme();
  const top = axisTop(Math.max(...days.map(({ reached }) => reached)));
  const step = (width - AXIS_WIDTH) / days.length;
  const height = HEIGHT + MARGIN + LABEL;
  return (
    <svg width={width} height={height} viewBox={`0 ${-MARGIN} ${width} ${height}`} aria-hidden>
      <ChartAxis top={top} width={width} height={HEIGHT} />
      {days.map((day, index) => {
        const x = AXIS_WIDTH + index * step;
        const bar = day.pushes === 0 ? 0 : Math.max(THINNEST, (day.reached / top) * HEIGHT);
        return (
          <g key={day.at}>
            <title>{text('days.of', { date: dateOf(day.at), pushes: day.pushes, reached: day.reached })}</title>
            {/* Something to point at where the column is low. */}
            <rect x={x} y={0} width={step} height={HEIGHT} fill="transparent" />
            <rect x={x + step / 6} y={HEIGHT - bar} width={(step * 2) / 3} height={bar} fill={colors.primary500} />
            <text x={x + step / 2} y={HEIGHT + 14} textAnchor="middle" fontSize="10" fill={colors.neutral600}>
              {intl.formatDate(day.at, { day: 'numeric', timeZone: 'UTC' })}
            </text>
          </g>
        );
      })}
    </svg>
  );
}
