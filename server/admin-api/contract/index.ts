/**
 * What the server and the panel say to each other: answers, codes and permissions. It imports nothing, so both can import
 * it: the server's rooms make what is written here, the panel has a sentence for each code.
 */
export * from './acts';
export * from './alarms';
export * from './answers';
export * from './apps';
export * from './devices';
export * from './diagnosis';
export * from './entries';
export * from './events';
export * from './imports';
export * from './lanes';
export * from './overview';
export * from './pages';
export * from './params';
export * from './pauses';
export * from './permissions';
export * from './pushes';
export * from './triggers';
export * from './words';
