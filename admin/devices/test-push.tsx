import type { Device, TestResult } from '../../server/admin-api/contract';
import { useRef, useState } from 'react';
import { Button, Flex, Modal, Typography } from '@strapi/design-system';
import { PaperPlane } from '@strapi/icons';
import { useAct } from '../api/act';
import { useTestDeviceMutation } from '../api/devices';
import { useMay } from '../permissions';
import { useText } from '../text';
import { TestOutcome } from './test-outcome';

/** Sends one push to one device and explains what APNs answered. */
export function TestPush({ device }: { device: Device }) {
  const text = useText();
  const act = useAct();
  const may = useMay('test.send');
  const [send, { isLoading }] = useTestDeviceMutation();
  const sendButton = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [result, setResult] = useState<TestResult | null>(null);
  if (!may) return null;

  async function test() {
    const answer = await act(() => send(device.id).unwrap());
    if (answer) setResult(answer);
  }

  function changeOpen(wanted: boolean) {
    setOpen(wanted);
    if (wanted) setResult(null);
  }

  return (
    <Modal.Root open={open} onOpenChange={changeOpen}>
      <Modal.Trigger>
        <Button
          size="S"
          variant="secondary"
          startIcon={<PaperPlane aria-hidden />}
          aria-label={text('test.button-label', { tail: device.tokenTail })}
        >
          {text('test.button')}
        </Button>
      </Modal.Trigger>
      <Modal.Content
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          sendButton.current?.focus();
        }}
      >
        <Modal.Header closeLabel={text('action.close')}>
          <Modal.Title>{text('test.title', { tail: device.tokenTail })}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          <Flex direction="column" alignItems="stretch" gap={4}>
            <Typography>{text('test.body')}</Typography>
            <div aria-live="polite">{result && <TestOutcome result={result} />}</div>
          </Flex>
        </Modal.Body>
        <Modal.Footer>
          <Modal.Close>
            <Button variant="tertiary">{text('action.close')}</Button>
          </Modal.Close>
          <Button
            ref={sendButton}
            startIcon={<PaperPlane aria-hidden />}
            loading={isLoading}
            onClick={() => void test()}
          >
            {text(result ? 'test.again' : 'test.send')}
          </Button>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
}
