import type { Device, DevicesMeta, Pagination } from '../../server/admin-api/contract';

/** A page of a list, as hooks hand it out. */
export interface Paged<T> {
  items: T[];
  pagination: Pagination;
}

export type DevicePage = Paged<Device> & Pick<DevicesMeta, 'path'>;
