using ControlPlane.Agent.Drivers.Qemu;
using ControlPlane.Agent.Tests.Support;

namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>What is begun, and is one program after another until it is QEMU.</summary>
public sealed class QemuSpawnTests
{
    [Fact]
    public void A_process_that_was_begun_is_known_at_once()
    {
        var folder = Directory.CreateTempSubdirectory("controlplane-test-");
        var directory = VmDirectory.Of(folder.FullName, Assignments.New().VmId);
        Directory.CreateDirectory(directory.Path);
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var process = QemuSpawn.Start(directory, ["tail", "-F", directory.PidFile]);
                Assert.True(process.IsAlive(), $"the {i}th is taken for dead");
                process.Kill();
            }
        }
        finally
        {
            foreach (var process in QemuProcess.FindAll(directory.PidFile)) { process.Kill(); }
            folder.Delete(recursive: true);
        }
    }
}
