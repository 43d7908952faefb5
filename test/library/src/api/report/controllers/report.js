'use strict';

const { factories } = require('@strapi/strapi');

/** What a project does that sells its reports: half of the body, unless somebody paid. */
module.exports = factories.createCoreController('api::report.report', () => ({
  async findOne(ctx) {
    const answer = await super.findOne(ctx);
    if (answer.data) answer.data.body = String(answer.data.body ?? '').slice(0, 10);
    return answer;
  },
}));
