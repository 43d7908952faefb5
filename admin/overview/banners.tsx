import type { CaptureCode, EngineCode, Overview } from '../../server/admin-api/contract';
import { entryOf } from '../sentences/sentence';
import { Typography } from '@strapi/design-system';
import { useText, type TextKey } from '../text';
import { Notice, type NoticeKind } from '../ui/notice';
import { ConfirmInstance } from './confirm-instance';

interface EngineSentence {
  kind: NoticeKind;
  title: TextKey;
  body: TextKey;
}

/** Why the engine sends nothing, by the code of the overview. */
const ENGINE: Readonly<Record<Exclude<EngineCode, 'running'>, EngineSentence>> = {
  disabled: { kind: 'warning', title: 'engine.disabled', body: 'engine.disabled-body' },
  'not-listening': { kind: 'info', title: 'engine.not-listening', body: 'engine.not-listening-body' },
  'waiting-for-lease': { kind: 'info', title: 'engine.waiting-for-lease', body: 'engine.waiting-for-lease-body' },
  'untrusted-database': { kind: 'danger', title: 'engine.untrusted-database', body: 'engine.untrusted-database-body' },
  stopped: { kind: 'danger', title: 'engine.stopped', body: 'engine.stopped-body' },
};

const CAPTURE: Readonly<Record<Exclude<CaptureCode, 'on'>, { title: TextKey; body: TextKey }>> = {
  disabled: { title: 'capture.disabled', body: 'capture.disabled-body' },
  'tables-missing': { title: 'capture.tables-missing', body: 'capture.tables-missing-body' },
};

/** What stops the whole plugin, loudest first. */
export function Banners({ overview }: { overview: Overview }) {
  return (
    <>
      {!overview.instance.confirmed && <InstanceBanner />}
      {!overview.capture.on && <CaptureBanner capture={overview.capture} />}
      {!overview.engine.running && <EngineBanner code={overview.engine.code} />}
      {!overview.encryption.ready && <EncryptionBanner />}
    </>
  );
}

function InstanceBanner() {
  const text = useText();
  return (
    <Notice kind="danger" title={text('instance.title')} actions={<ConfirmInstance />}>
      {text('instance.body')}
    </Notice>
  );
}

function EngineBanner({ code }: { code: EngineCode }) {
  const text = useText();
  const { kind, title, body } = entryOf(ENGINE, code) ?? {
    kind: 'danger',
    title: 'engine.unknown',
    body: 'engine.unknown-body',
  };
  return (
    <Notice kind={kind} title={text(title)}>
      {text(body, { code })}
    </Notice>
  );
}

function CaptureBanner({ capture }: { capture: Overview['capture'] }) {
  const text = useText();
  const { title, body } = entryOf(CAPTURE, capture.code) ?? { title: 'capture.unknown', body: 'capture.unknown-body' };
  return (
    <Notice kind="danger" title={text(title)}>
      <Typography tag="p">{text(body, { code: capture.code })}</Typography>
      {capture.message && (
        <Typography tag="p" variant="pi">
          {capture.message}
        </Typography>
      )}
    </Notice>
  );
}

function EncryptionBanner() {
  const text = useText();
  return (
    <Notice kind="warning" title={text('encryption.title')}>
      {text('encryption.body')}
    </Notice>
  );
}
