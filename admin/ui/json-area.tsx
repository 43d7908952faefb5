import { Textarea } from '@strapi/design-system';
import { styled } from 'styled-components';

/** A text area for JSON. */
export const JsonArea = styled(Textarea)`
  & textarea,
  textarea& {
    font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
    font-size: 1.3rem;
  }
`;
