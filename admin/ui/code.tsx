import { Typography } from '@strapi/design-system';
import { styled } from 'styled-components';

/** Text for machines: identifiers, token ends, settings. */
export const Code = styled.code`
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: 1.3rem;
  overflow-wrap: anywhere;
`;

/** A device token as it may be shown: its last characters only. */
export function TokenTail({ tail }: { tail: string }) {
  return (
    <Typography>
      <Code>…{tail}</Code>
    </Typography>
  );
}
