import Testing

/// Google's own client and `cloud-tasks-local`: whatever passes here, our calls may take for the service.
@Suite(
    "Google's own client and the stand-in of Cloud Tasks", .enabled(if: GCPServices.hasCloudTasks, GCPServices.hint),
    .enabled(if: Judge.tasks.isInstalled, Judge.tasks.hint), .timeLimit(.minutes(3))
)
struct CloudTasksJudgeTests {
    @Test("It finds nothing that is not as the service has it") func judge() async throws {
        let host = try #require(GCPServices.current.cloudTasks)
        #expect(try await Judge.tasks.run([host]).isEmpty)
    }
}
