// Boots, migrations and three database servers on a busy machine; every wait inside a test has its own deadline.
// (Jest reads `testTimeout` only for the whole run, and unit tests keep the short one.)
jest.setTimeout(120_000);
