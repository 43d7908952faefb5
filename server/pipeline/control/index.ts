/** What people do to lanes and pushes. */
export { createControl, type Control } from './control';
