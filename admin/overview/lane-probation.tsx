import type { OverviewLane, Probation } from '../../server/admin-api/contract';
import { Typography } from '@strapi/design-system';
import { useIntl } from 'react-intl';
import { probationSentence } from '../sentences';
import { useText } from '../text';
import { InnerLinkButton } from '../ui/links';
import { Notice } from '../ui/notice';
import { Moment } from '../ui/time';

/** That APNs refuses a lane, and when it is asked again. */
export function LaneProbation({ lane: { probation } }: { lane: OverviewLane }) {
  const text = useText();
  if (!probation) return null;
  const { title, what, remedy, link } = probationSentence(text, probation);
  return (
    <Notice
      kind="warning"
      title={title}
      actions={
        link && (
          <InnerLinkButton to={link.to} variant="tertiary">
            {text(link.label)}
          </InnerLinkButton>
        )
      }
    >
      <Typography tag="p" style={{ overflowWrap: 'anywhere' }}>
        {what} {text('probation.probes', { probes: probation.probes })}
      </Typography>
      <NextProbe probation={probation} />
      <Typography tag="p">{text('probation.body')}</Typography>
      <Typography tag="p">
        {text('probation.if-wrong')} {remedy}
      </Typography>
      <Typography tag="p" variant="pi" textColor="neutral600">
        {text('pause.since')} <Moment at={probation.since} />
      </Typography>
    </Notice>
  );
}

/** When a lane that APNs refuses is asked again by itself. */
export function NextProbe({ probation }: { probation: Probation }) {
  const text = useText();
  const intl = useIntl();
  const at = intl.formatTime(probation.nextAt, { timeStyle: 'medium' });
  return <Typography tag="p">{text('probation.next', { at })}</Typography>;
}
