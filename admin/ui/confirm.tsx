import { useState, type ReactNode } from 'react';
import { Button, Dialog, type ButtonProps } from '@strapi/design-system';
import { Information, WarningCircle } from '@strapi/icons';
import { useText } from '../text';

interface ConfirmProps {
  /** What opens the dialog. */
  trigger: ReactNode;
  title: string;
  /** What will happen. */
  children: ReactNode;
  confirmLabel: string;
  /** Shows the dialog as a warning. */
  dangerous?: boolean;
  onConfirm: () => Promise<unknown>;
}

/** Asks before doing something. The dialog stays, busy, until it is done; the focus then returns to the trigger. */
export function Confirm({ trigger, title, children, confirmLabel, dangerous = false, onConfirm }: ConfirmProps) {
  const text = useText();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);

  async function confirm() {
    setBusy(true);
    await onConfirm();
    setBusy(false);
    setOpen(false);
  }

  const variant: ButtonProps['variant'] = dangerous ? 'danger-light' : 'default';
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger>{trigger}</Dialog.Trigger>
      <Dialog.Content>
        <Dialog.Header>{title}</Dialog.Header>
        <Dialog.Body>
          {dangerous ? (
            <WarningCircle aria-hidden width="2.4rem" height="2.4rem" fill="danger600" />
          ) : (
            <Information aria-hidden width="2.4rem" height="2.4rem" fill="primary600" />
          )}
          <Dialog.Description>{children}</Dialog.Description>
        </Dialog.Body>
        <Dialog.Footer>
          <Dialog.Cancel>
            <Button variant="tertiary" fullWidth disabled={busy}>
              {text('action.cancel')}
            </Button>
          </Dialog.Cancel>
          <Button variant={variant} fullWidth loading={busy} onClick={() => void confirm()}>
            {confirmLabel}
          </Button>
        </Dialog.Footer>
      </Dialog.Content>
    </Dialog.Root>
  );
}
