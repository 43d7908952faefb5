export interface Pagination {
  page: number;
  pageSize: number;
  pageCount: number;
  total: number;
}

/** Beside every page of a list. */
export interface PageMeta {
  pagination: Pagination;
}
