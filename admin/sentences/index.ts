/** What codes say to people: one table for each kind of code of the contract, one sentence for each code. */
export { actSentence } from './acts';
export { alarmSentence, unreadableSentence } from './alarms';
export { pauseSentence, probationSentence } from './pauses';
export { reasonSentence } from './reasons';
export type { Sentence } from './sentence';
