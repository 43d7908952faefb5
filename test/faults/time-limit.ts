// A push to 20,000 devices on a busy machine, several times over; every wait inside a test has its own deadline.
jest.setTimeout(600_000);
