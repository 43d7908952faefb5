'use strict';

// Preloaded into a Strapi that is to edit its content when told to: see writer.ts. Its first message loads the rest, when
// Strapi has long been there.
process.on('message', (order) => {
  require('../register');
  require('./writer.ts').obey(order);
});
