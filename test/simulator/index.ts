/** An APNs for your desk: see `startSimulator`. */
export { createAuthority, createServerCertificate, createSigningKey } from './certificates';
export type { Authority, CertificateKind, ServerCertificate } from './certificates';
export type { Behaviour, Effects, Goaway, Selector, WireFault } from './behaviour';
export type { LogEntry, Summary } from './log';
export type { Environment, ProviderKey } from './provider-token';
export { startSimulator } from './server';
export type { Simulator, SimulatorOptions } from './server';
export { startControl } from './control';
export type { ControlServer } from './control';
export { startSimulatorProcess } from './process';
export type { SimulatorProcess } from './process';
export type { RunAnnouncement, RunOptions } from './run';
