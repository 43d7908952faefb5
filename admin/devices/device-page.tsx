import { EmptyStateLayout, Flex } from '@strapi/design-system';
import { BackButton, Page } from '@strapi/strapi/admin';
import { useNavigate, useParams } from 'react-router-dom';
import { useDeviceQuery } from '../api/devices';
import { PATHS } from '../plugin-id';
import { useText } from '../text';
import { InnerLinkButton } from '../ui/links';
import { Room } from '../ui/page';
import { DeleteDevice } from './delete-device';
import { DeviceFacts } from './device-facts';
import { DevicePushes } from './device-pushes';
import { DeviceDiagnosis } from './diagnosis';
import { MarkTestDevice } from './mark-test-device';
import { TestPush } from './test-push';

/** Everything known of one device, and why it does not wake. */
export function DevicePage() {
  const text = useText();
  const navigate = useNavigate();
  const { id = '' } = useParams<{ id: string }>();
  // What is known of a device changes with every push: what an earlier look found is not shown as the present.
  const { data, error, isFetching } = useDeviceQuery(id, { refetchOnMountOrArgChange: true });
  const back = <BackButton fallback={PATHS.devices} />;
  if (error && 'status' in error && error.status === 404) return <Gone />;
  if (!data) return error && !isFetching ? <Page.Error /> : <Page.Loading />;
  return (
    <Room
      title={text('device.title', { tail: data.tokenTail })}
      back={back}
      actions={
        <Flex gap={2} wrap="wrap">
          <MarkTestDevice device={data} />
          <TestPush device={data} />
          <DeleteDevice device={data} onDeleted={() => navigate(PATHS.devices)} />
        </Flex>
      }
    >
      <DeviceDiagnosis diagnosis={data.diagnosis} />
      <DeviceFacts device={data} />
      <DevicePushes pushes={data.pushes} />
    </Room>
  );
}

/** Deleted meanwhile, by somebody, by APNs or by the device itself. */
function Gone() {
  const text = useText();
  return (
    <Room title={text('nav.devices')} nav>
      <EmptyStateLayout
        content={text('device.gone')}
        action={<InnerLinkButton to={PATHS.devices}>{text('nav.devices')}</InnerLinkButton>}
      />
    </Room>
  );
}
