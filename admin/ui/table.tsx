import type { ReactNode } from 'react';
import { Typography, VisuallyHidden } from '@strapi/design-system';
import { styled } from 'styled-components';
import { useText, type TextKey } from '../text';

interface TableProps {
  label: string;
  columns: readonly TextKey[];
  /** Rows. */
  children: ReactNode;
}

/**
 * A table that scrolls inside its own box where it is wider than the page.
 *
 * Not the design system's: that one is a grid that moves the focus cell by cell and takes keys away, even from the
 * dialogs that its cells open, so that Escape and Enter do nothing there.
 */
export function DataTable({ label, columns, children }: TableProps) {
  const text = useText();
  return (
    // Focusable, because a box that scrolls must be reachable by keyboard.
    <ScrollBox role="region" aria-label={label} tabIndex={0}>
      <StyledTable>
        <thead>
          <tr>
            {columns.map((key) => (
              <th key={key} scope="col">
                {key === 'column.actions' ? (
                  <VisuallyHidden>{text(key)}</VisuallyHidden>
                ) : (
                  <Typography variant="sigma" textColor="neutral600">
                    {text(key)}
                  </Typography>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </StyledTable>
    </ScrollBox>
  );
}

/** A cell of `DataTable`; `$nowrap` keeps what is short on one line. */
export const Cell = styled.td<{ $nowrap?: boolean; $minWidth?: string; $maxWidth?: string }>`
  white-space: ${({ $nowrap = false }) => ($nowrap ? 'nowrap' : 'normal')};
  min-width: ${({ $minWidth = 'auto' }) => $minWidth};
  max-width: ${({ $maxWidth = 'none' }) => $maxWidth};
`;

/** A shadow at an edge says that there is more beyond it; a cover that scrolls along hides it at the end. */
const ScrollBox = styled.div`
  overflow-x: auto;
  /* What is placed absolutely in a cell, such as a hidden label, scrolls along instead of widening the page. */
  position: relative;
  border: 1px solid ${({ theme }) => theme.colors.neutral150};
  border-radius: ${({ theme }) => theme.borderRadius};
  box-shadow: ${({ theme }) => theme.shadows.tableShadow};
  background:
    linear-gradient(to right, ${({ theme }) => theme.colors.neutral0} 30%, transparent) left / 4rem 100% no-repeat local,
    linear-gradient(to left, ${({ theme }) => theme.colors.neutral0} 30%, transparent) right / 4rem 100% no-repeat local,
    linear-gradient(to right, ${({ theme }) => theme.colors.neutral200}, transparent) left / 0.8rem 100% no-repeat
      scroll,
    linear-gradient(to left, ${({ theme }) => theme.colors.neutral200}, transparent) right / 0.8rem 100% no-repeat
      scroll,
    ${({ theme }) => theme.colors.neutral0};
`;

const StyledTable = styled.table`
  width: 100%;
  & th,
  & td {
    padding: ${({ theme }) => theme.spaces[4]};
    text-align: left;
    vertical-align: middle;
  }
  & th {
    height: 5.6rem;
    padding-block: 0;
    white-space: nowrap;
  }
  & tbody tr {
    border-top: 1px solid ${({ theme }) => theme.colors.neutral150};
  }
  & th:first-child,
  & td:first-child {
    padding-left: ${({ theme }) => theme.spaces[6]};
  }
  & th:last-child,
  & td:last-child {
    padding-right: ${({ theme }) => theme.spaces[6]};
  }
`;
