import { createEmbeddedDispatcher } from '../../../server/pipeline/dispatchers/embedded';
import { describeDispatcher } from './dispatcher-contract';

describeDispatcher('embedded', () => createEmbeddedDispatcher());
