// It ends what hangs: a push to 20,000 devices on a busy machine, several times over. Every wait inside a test has its own
// deadline.
jest.setTimeout(1_800_000);
