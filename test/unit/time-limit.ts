// It ends what hangs. How long a test takes beside others on a busy machine is no test of it.
jest.setTimeout(300_000);
