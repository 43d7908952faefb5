import { Flex, Status, Typography, type StatusProps } from '@strapi/design-system';
import { useText, type TextKey, type TextValues } from '../text';

export type StateVariant = NonNullable<StatusProps['variant']>;

/** How something is, in a word; the colour only repeats it. */
export function State({ variant, label, values }: { variant: StateVariant; label: TextKey; values?: TextValues }) {
  const text = useText();
  return (
    <Flex>
      <Status variant={variant} size="S">
        {/* Amber on pale amber is hard to read. */}
        <Typography
          fontWeight="semiBold"
          textColor={variant === 'warning' ? 'neutral800' : undefined}
          style={{ whiteSpace: 'nowrap' }}
        >
          {text(label, values)}
        </Typography>
      </Status>
    </Flex>
  );
}
