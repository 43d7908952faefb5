import { useState } from 'react';
import { Button, type ButtonProps } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { useText } from '../text';
import { AppForm } from './app-form';

/** The button that opens the form for a new app. */
export function AddApp({ variant = 'default' }: { variant?: ButtonProps['variant'] }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button startIcon={<Plus aria-hidden />} variant={variant} onClick={() => setOpen(true)}>
        {text('apps.add')}
      </Button>
      {open && <AppForm onClose={() => setOpen(false)} />}
    </>
  );
}
