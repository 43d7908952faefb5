// It ends what hangs: boots, migrations and three database servers take long on a busy machine. Every wait inside a test
// has its own deadline. (Jest reads `testTimeout` only for the whole run.)
jest.setTimeout(600_000);
