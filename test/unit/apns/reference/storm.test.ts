// The same script over Node's own HTTP/2.
import './use-reference';
import '../storm.test';
