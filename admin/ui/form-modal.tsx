import { useId, useState, type FormEvent, type ReactNode } from 'react';
import { Button, Modal } from '@strapi/design-system';
import { useText } from '../text';

interface FormModalProps {
  title: string;
  submitLabel: string;
  busy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/**
 * A form in a dialog. Mount it to open it: what was typed, a key above all, is gone when it closes.
 *
 * The buttons stand outside the form element and name it, so that only the fields scroll on a small screen.
 */
export function FormModal({ title, submitLabel, busy, onSubmit, onClose, children }: FormModalProps) {
  const text = useText();
  const id = useId();
  const [opener] = useState(() => document.activeElement);

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit();
  }

  return (
    <Modal.Root open onOpenChange={(open) => !open && onClose()}>
      <Modal.Content
        onOpenAutoFocus={(event) => {
          event.preventDefault();
          focusFirst(id);
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault();
          returnFocus(opener);
        }}
      >
        <Modal.Header closeLabel={text('action.close')}>
          <Modal.Title>{title}</Modal.Title>
        </Modal.Header>
        <Modal.Body>
          <form id={id} onSubmit={submit} noValidate>
            {children}
          </form>
        </Modal.Body>
        <Modal.Footer>
          <Button variant="tertiary" onClick={onClose}>
            {text('action.cancel')}
          </Button>
          <Button type="submit" form={id} loading={busy}>
            {submitLabel}
          </Button>
        </Modal.Footer>
      </Modal.Content>
    </Modal.Root>
  );
}

/** To what opened the form; to the page, where what the form did took that away. */
function returnFocus(opener: Element | null): void {
  const there = opener instanceof HTMLElement && opener.isConnected;
  const to = there ? opener : document.querySelector<HTMLElement>('main');
  to?.focus();
}

/** A form is opened to be filled in: its first field has the focus, not the button that closes it. */
function focusFirst(formId: string): void {
  const fields = 'input:enabled:not([hidden]), textarea:enabled, button:enabled, [tabindex="0"]';
  document.getElementById(formId)?.querySelector<HTMLElement>(fields)?.focus();
}
