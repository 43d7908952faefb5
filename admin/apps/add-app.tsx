import { Button, type ButtonProps } from '@strapi/design-system';
import { Plus } from '@strapi/icons';
import { useText } from '../text';

/** The button that opens the form for a new app. */
export function AddApp({ variant = 'default', onAdd }: { variant?: ButtonProps['variant']; onAdd: () => void }) {
  const text = useText();
  return (
    <Button startIcon={<Plus aria-hidden />} variant={variant} onClick={onAdd}>
      {text('apps.add')}
    </Button>
  );
}
