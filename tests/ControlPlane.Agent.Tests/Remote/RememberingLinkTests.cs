using System.Net;
using ControlPlane.Agent.Remote;
using ControlPlane.Agent.Tests.Support;
using ControlPlane.Contracts.Agents;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Agent.Tests.Remote;

public sealed class RememberingLinkTests : IDisposable
{
    private static readonly CancellationToken none = CancellationToken.None;
    private static readonly AssignmentScope scope = new("host_test");

    private readonly string path = Directory.CreateTempSubdirectory("controlplane-remember-").FullName;
    private readonly AgentFolder folder;
    private readonly FakeLink service = new();
    private readonly ScriptedDriver driver = new(TimeProvider.System);

    public RememberingLinkTests() => folder = AgentFolder.Take(path);

    public void Dispose()
    {
        folder.Dispose();
        Directory.Delete(path, recursive: true);
    }

    [Fact]
    public async Task After_a_restart_what_runs_is_taken_up_before_the_service_is_asked_and_the_rest_waits_for_it()
    {
        var (running, stopped) = (Assignments.New(), Assignments.New());
        service.Assign(running, stopped);
        await NewLink().WaitAssignmentsAsync(scope, 0, none);
        await driver.World.PrepareAsync(running, none);
        await driver.World.StartAsync(running, none);
        service.WaitsToFail = 1;

        var again = NewLink();
        var remembered = await again.WaitAssignmentsAsync(scope, 0, none);

        Assert.Equal(running.VmId, Assert.Single(remembered.Items).VmId);
        Assert.Equal((0L, false), (remembered.Revision, remembered.Complete));
        await Assert.ThrowsAsync<IOException>(() => again.WaitAssignmentsAsync(scope, remembered.Revision, none));
        Assert.Equal(2, (await again.WaitAssignmentsAsync(scope, remembered.Revision, none)).Items.Count);
    }

    [Fact]
    public async Task What_was_told_is_on_disk_before_it_is_acted_on_and_a_full_state_replaces_it()
    {
        var (kept, gone) = (Assignments.New(), Assignments.New());
        await folder.WriteAsync(new AssignmentPage(7, false, [gone]));
        service.Assign(kept);
        var link = NewLink();

        await link.WaitAssignmentsAsync(scope, 0, none);
        Assert.Equal(kept.VmId, Assert.Single(folder.ReadMemory()!.Items).VmId);
        service.Assign(kept.Then(DesiredPower.Stopped));
        await link.WaitAssignmentsAsync(scope, 1, none);
        Assert.Equal(DesiredPower.Stopped, Assert.Single(folder.ReadMemory()!.Items).Power);
    }

    [Fact]
    public async Task A_vm_that_is_gone_from_the_host_is_forgotten_once_the_service_knows()
    {
        var vm = Assignments.New() with { Power = DesiredPower.Absent };
        service.Assign(vm);
        var link = NewLink();
        await link.WaitAssignmentsAsync(scope, 0, none);
        var seen = new VmObservation { VmId = vm.VmId, Incarnation = 1, Generation = 1, Sequence = 1, Power = ObservedPower.Absent };
        service.ReportsToRefuse = 1;

        await Assert.ThrowsAsync<IOException>(() => link.ReportAsync(new AgentReport { Vms = [seen] }, none));
        Assert.Single(folder.ReadMemory()!.Items);
        await link.ReportAsync(new AgentReport { Vms = [seen] }, none);
        Assert.Empty(folder.ReadMemory()!.Items);
    }

    [Fact]
    public async Task A_memory_that_cannot_be_read_is_asked_for_anew()
    {
        await File.WriteAllTextAsync(Path.Combine(path, "assignments.json"), "{\"revision\":");
        service.Assign(Assignments.New());
        Assert.Single((await NewLink().WaitAssignmentsAsync(scope, 0, none)).Items);
        Assert.Single(folder.ReadMemory()!.Items);
    }

    [Fact]
    public async Task An_image_that_no_vm_stands_on_goes_but_not_while_there_are_vms_without_a_record()
    {
        var (used, old) = (new string('a', 64), new string('b', 64));
        foreach (var name in new[] { used, old }) { await File.WriteAllTextAsync(Path.Combine(folder.Images, name), name); }
        var vm = Assignments.New(new BootSource("QCOW2", "", null, null) { Content = new("img_1/content", 64, used) });
        var stray = Assignments.New();
        await driver.World.PrepareAsync(stray, none);
        service.Assign(vm);

        await NewLink().WaitAssignmentsAsync(scope, 0, none);
        Assert.True(File.Exists(Path.Combine(folder.Images, old)));
        await driver.World.RemoveAsync(stray, none);
        await NewLink().WaitAssignmentsAsync(scope, 0, none);
        Assert.Equal([used], Directory.EnumerateFiles(folder.Images).Select(Path.GetFileName));
    }

    [Fact]
    public void One_directory_serves_one_agent() => Assert.Throws<IOException>(() => AgentFolder.Take(path));

    [Fact]
    public async Task The_record_and_the_memory_are_readable_by_their_owner_only()
    {
        await folder.WriteAsync(new HostRecord { Server = "https://x:1", PrivateKey = "k" });
        await folder.WriteAsync(new AssignmentPage(1, false, [Assignments.New()]));
        foreach (var name in new[] { "host.json", "assignments.json" })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(path, name)));
        }
    }

    private RememberingLink NewLink()
    {
        using var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20 };
        var images = new ImageCache(client, folder, TimeProvider.System, NullLogger<ImageCache>.Instance);
        return new(service, folder, driver, images, NullLogger<RememberingLink>.Instance);
    }
}
