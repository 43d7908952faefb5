import { styled } from 'styled-components';

/** JSON as it reads best, in a box that scrolls. */
export function Json({ label, value }: { label: string; value: object }) {
  return (
    // Focusable, because a box that scrolls must be reachable by keyboard.
    <Box tabIndex={0} role="region" aria-label={label}>
      {JSON.stringify(value, null, 2)}
    </Box>
  );
}

const Box = styled.pre`
  max-height: 40rem;
  overflow: auto;
  padding: 1.6rem;
  border-radius: ${({ theme }) => theme.borderRadius};
  border: 1px solid ${({ theme }) => theme.colors.neutral200};
  background: ${({ theme }) => theme.colors.neutral0};
  color: ${({ theme }) => theme.colors.neutral800};
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  font-size: 1.3rem;
  line-height: 1.5;
`;
