import { useIntl } from 'react-intl';
import { useTheme } from 'styled-components';

/** The room that the axis of a chart takes at its left, in CSS pixels: a drawing is not scaled, so its text stays readable. */
export const AXIS_WIDTH = 44;

interface ChartAxisProps {
  /** The greatest value, at the upper edge. */
  top: number;
  width: number;
  height: number;
}

/** Lines at the ground, the middle and the top of a chart, each with its value. */
export function ChartAxis({ top, width, height }: ChartAxisProps) {
  const intl = useIntl();
  const { colors } = useTheme();
  const values = top === 1 ? [0, 1] : [0, top / 2, top];
  return (
    <g aria-hidden>
      {values.map((value) => {
        const y = height - (value / top) * height;
        return (
          <g key={value}>
            <line x1={AXIS_WIDTH - 4} x2={width} y1={y} y2={y} stroke={colors.neutral200} />
            <text x={AXIS_WIDTH - 10} y={y + 4} textAnchor="end" fontSize="11" fill={colors.neutral600}>
              {intl.formatNumber(value, { notation: 'compact' })}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** The smallest 1, 2 or 5 times a power of ten that holds `value`: a readable top of the axis. */
export function axisTop(value: number): number {
  if (value <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}
