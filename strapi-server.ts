export { default, type BackgroundPushConfig } from './server';
