import type { Pagination as Pages } from '../../server/admin-api/contract';
import { Pagination } from '@strapi/strapi/admin';
import { styled } from 'styled-components';
import { PAGE_SIZE } from './list-filter';

/** Below a list: how many on a page, and the ways to its other pages. */
export function ListPages({ pagination: { pageCount, total } }: { pagination: Pages }) {
  return (
    <Wrapping>
      <Pagination.Root pageCount={pageCount} total={total} defaultPageSize={PAGE_SIZE}>
        <Pagination.PageSize />
        <Pagination.Links />
      </Pagination.Root>
    </Wrapping>
  );
}

/** Strapi's stands in one line, which a phone has no room for. */
const Wrapping = styled.div`
  & > * {
    flex-wrap: wrap;
    gap: ${({ theme }) => theme.spaces[3]};
  }
`;
