/** What an answer of APNs means for a device, and the checkpoints that write it down. */
export { createCheckpointer, type Checkpointer } from './checkpointer';
export { decide } from './decide';
export { DeliveryEntry, type DeviceToSend } from './delivery-entry';
