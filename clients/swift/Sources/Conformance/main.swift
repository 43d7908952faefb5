// The Swift client in an app of its own, driven over stdin and stdout: one JSON command a line, one JSON reply a line.
// The commands are described in clients/scenarios/README.md.
import BackgroundPushClient
import Foundation

await Program().run()
