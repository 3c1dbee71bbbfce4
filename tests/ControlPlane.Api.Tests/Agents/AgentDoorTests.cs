using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ControlPlane.Agent.Remote;
using ControlPlane.Api.Persistence;
using ControlPlane.Api.Tests.Hosts;
using ControlPlane.Api.Tests.Images;
using ControlPlane.Contracts.Agents;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Api.Tests.Agents;

/// <summary>What a host's agent may ask and say, and what it may not.</summary>
public abstract class AgentDoorTests(ServiceWithAgentDoor service)
{
    private static readonly CancellationToken none = CancellationToken.None;

    [SkippableFact]
    public async Task A_vm_for_the_host_reaches_its_waiting_agent_with_where_its_image_comes_from()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("runs"));
        var first = await machine.Link.WaitAssignmentsAsync(machine.Scope, 0, none);
        var waiting = machine.Link.WaitAssignmentsAsync(machine.Scope, first.Revision, none);
        var (image, content) = await ImageAsync();

        var (vm, operation) = await BeginVmAsync(machine, image);

        var assigned = Assert.Single((await waiting).Items);
        Assert.Equal((vm, machine.HostId), (assigned.VmId, assigned.HostId));
        Assert.Equal(("", "QCOW2"), (assigned.Boot!.Path, assigned.Boot.Format));
        Assert.Equal((Content.Sha256(content), content.Length), (assigned.Boot.Content!.Sha256, assigned.Boot.Content.SizeBytes));
        var got = await machine.Client.GetByteArrayAsync($"{AgentProtocol.Images}/{assigned.Boot.Content.Path}");
        Assert.Equal(content, got);
        await ObeyAsync(machine, vm);
        Assert.Equal("SUCCEEDED", await EndOfAsync(operation));
        var console = await ServiceFixture.RefusedAsync(409, "console-elsewhere", await service.Client.GetAsync($"/v1/vms/{vm}/console/log"));
        Assert.Contains(vm, console.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_create_goes_on_in_the_commits_of_its_acceptance_and_of_the_reports()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("swift"));
        var (image, _) = await ImageAsync();
        var (vm, operation) = await BeginVmAsync(machine, image);

        // Whatever was acknowledged has brought on what follows from it: nothing is waited for here.
        Assert.Equal("claim SUCCEEDED, prepare RUNNING, start PENDING", await StepsAsync(operation));
        await ReportAsync(machine, new AgentReport { HostId = machine.HostId, Vms = [Seen(vm, 1, ObservedPower.Stopped)] });
        Assert.Equal("claim SUCCEEDED, prepare SUCCEEDED, start RUNNING", await StepsAsync(operation));
        await ReportAsync(machine, new AgentReport { HostId = machine.HostId, Vms = [Seen(vm, 1, ObservedPower.Running, 2)] });
        Assert.Equal("claim SUCCEEDED, prepare SUCCEEDED, start SUCCEEDED", await StepsAsync(operation));
        Assert.True((await service.GetAsync($"/v1/operations/{operation}")).GetProperty("done").GetBoolean());
    }

    [SkippableFact]
    public async Task The_image_of_no_vm_of_the_host_is_not_given()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("curious"));
        var (image, _) = await ImageAsync();
        var id = (await service.GetAsync($"/v1/images/{image}")).GetProperty("id").GetString();

        foreach (var asked in new[] { id, image, "nothing" })
        {
            var response = await machine.Client.GetAsync($"{AgentProtocol.Images}/{asked}/content");
            await ServiceFixture.RefusedAsync(403, "foreign-image", response);
        }
    }

    [SkippableFact]
    public async Task A_certificate_speaks_for_its_own_host_only()
    {
        using var one = await Machine.JoinAsync(service, Conversation.NewName("one"));
        using var other = await Machine.JoinAsync(service, Conversation.NewName("other"));

        await ServiceFixture.RefusedAsync(403, "foreign-host", await one.Client.GetAsync($"{AgentProtocol.Assignments}?host={other.HostId}"));
        await ServiceFixture.RefusedAsync(403, "foreign-host", await ReportAsync(one, new AgentReport { HostId = other.HostId }));
    }

    [SkippableFact]
    public async Task A_report_of_a_foreign_vm_or_an_old_incarnation_is_refused_whole_and_the_link_sends_the_rest()
    {
        using var owner = await Machine.JoinAsync(service, Conversation.NewName("owner"));
        using var thief = await Machine.JoinAsync(service, Conversation.NewName("thief"));
        var (image, _) = await ImageAsync();
        var (vm, operation) = await BeginVmAsync(owner, image);
        await ObeyAsync(owner, vm);
        await EndOfAsync(operation);
        var conditions = new[] { new AgentCondition("StrayProcesses", "TRUE", "Found", "There is one.", DateTimeOffset.UnixEpoch) };
        var stolen = new AgentReport { HostId = thief.HostId, Conditions = conditions, Vms = [Seen(vm, 1, ObservedPower.Stopped)] };

        var refused = await ServiceFixture.RefusedAsync(403, "foreign-vm", await ReportAsync(thief, stolen));
        Assert.Equal(vm, refused.GetProperty("refused")[0].GetProperty("vmId").GetString());
        Assert.DoesNotContain("StrayProcesses", (await service.GetAsync($"/v1/hosts/{thief.HostId}")).ToString(), StringComparison.Ordinal);
        var old = new AgentReport { HostId = owner.HostId, Vms = [Seen(vm, 0, ObservedPower.Stopped)] };
        await ServiceFixture.RefusedAsync(409, "old-incarnation", await ReportAsync(owner, old));

        await thief.Link.ReportAsync(stolen, none);
        await owner.Link.ReportAsync(old, none);
        Assert.Equal("RUNNING", (await service.GetAsync($"/v1/vms/{vm}")).GetProperty("status").GetProperty("state").GetString());
        Assert.Contains("StrayProcesses", (await service.GetAsync($"/v1/hosts/{thief.HostId}")).ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_revision_from_the_future_is_refused_and_the_link_asks_for_everything()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("ahead"));

        var response = await machine.Client.GetAsync($"{AgentProtocol.Assignments}?after=999999999");
        var problem = await ServiceFixture.RefusedAsync(409, "revision-ahead", response);
        Assert.Contains("after=0", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True((await machine.Link.WaitAssignmentsAsync(machine.Scope, 999_999_999, none)).Complete);
        foreach (var wrong in new[] { "-1", "x", "99999999999999999999" })
        {
            var bad = await machine.Client.GetAsync($"{AgentProtocol.Assignments}?after={wrong}");
            await ServiceFixture.RefusedAsync(400, "validation-failed", bad);
        }
    }

    [SkippableFact]
    public async Task A_revision_whose_events_are_gone_is_refused_and_the_link_asks_for_everything()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("behind"));
        var seen = (await machine.Link.WaitAssignmentsAsync(machine.Scope, 0, none)).Revision;
        for (var i = 0; i < 3; i++) { await service.PostedAsync(201, "/v1/pools", new { name = Conversation.NewName("goes-by") }); }
        var newest = (await machine.Link.WaitAssignmentsAsync(machine.Scope, 0, none)).Revision;
        await service.Services.GetRequiredService<Store>().WriteAsync(
            null, session => session.Db.Events.Where(row => row.Revision < newest).ExecuteDeleteAsync(), none);
        // Which event is the oldest is looked up now and then.
        service.Later(TimeSpan.FromMinutes(2));

        var problem = await ServiceFixture.RefusedAsync(410, "revision-expired", await machine.Client.GetAsync($"{AgentProtocol.Assignments}?after={seen}"));
        Assert.Contains("after=0", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True((await machine.Link.WaitAssignmentsAsync(machine.Scope, seen, none)).Complete);
    }

    [SkippableFact]
    public async Task A_heartbeat_is_heard_and_answered_with_when_the_next_is_due()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("beats"));
        var response = await machine.PostAsync(AgentProtocol.Heartbeat, new AgentHeartbeat("1.0"), AgentJson.Default.AgentHeartbeat);
        var answer = await ServiceFixture.ReadAsync(200, response);
        Assert.Equal(10, answer.GetProperty("nextSeconds").GetInt32());
        var host = await service.GetAsync($"/v1/hosts/{machine.HostId}");
        Assert.Equal(JsonValueKind.String, host.GetProperty("lastHeartbeat").ValueKind);
    }

    [SkippableFact]
    public async Task What_a_newer_agent_says_besides_is_passed_over()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("newer"));
        var response = await machine.PostTextAsync(AgentProtocol.Reports, """{"vms":[],"mood":"fine"}""");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [SkippableTheory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("{\"vms\":null}")]
    [InlineData("{\"vms\":[{\"vmId\":\"vm_1\"}]}")]
    [InlineData("{\"vms\":[],\"conditions\":[{\"type\":\"a\\u0000\",\"status\":\"TRUE\",\"reason\":\"r\",\"message\":\"m\"}]}")]
    [InlineData("{\"vms\":[],\"facts\":{\"machineName\":\"m\",\"vcpus\":-1,\"memoryMiB\":1,\"diskGiB\":1,\"cpuModel\":\"\",\"cpuFlags\":[],"
        + "\"numaNodes\":[],\"kernelVersion\":\"\",\"engines\":[]}}")]
    public async Task A_report_that_makes_no_sense_is_refused(string json)
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("senseless"));
        var problem = await ServiceFixture.RefusedAsync(400, "validation-failed", await machine.PostTextAsync(AgentProtocol.Reports, json));
        Assert.DoesNotContain("ControlPlane.", problem.ToString(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("large"));
        using var request = new HttpRequestMessage(HttpMethod.Post, AgentProtocol.Reports)
        {
            Content = new StringContent(new string(' ', AgentProtocol.MaxBodyBytes + 1), Encoding.UTF8, "application/json"),
        };
        // The answer comes before the body is read: whoever sends on may find the connection closed before he sees it.
        request.Headers.ExpectContinue = true;
        var response = await machine.Client.SendAsync(request);
        await ServiceFixture.RefusedAsync(413, "payload-too-large", response);
    }

    [SkippableFact]
    public async Task One_host_has_so_many_requests_open_and_no_more()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("greedy"));
        var page = await machine.Link.WaitAssignmentsAsync(machine.Scope, 0, none);
        using var end = new CancellationTokenSource();
        var asked = Enumerable.Range(0, 17).Select(_ => machine.Client.GetAsync($"{AgentProtocol.Assignments}?after={page.Revision}", end.Token));

        var first = await await Task.WhenAny(asked.ToList());
        await ServiceFixture.RefusedAsync(429, "rate-limited", first);
        await end.CancelAsync();
    }

    private static VmObservation Seen(string vm, long incarnation, ObservedPower power, long generation = 1) => new()
    {
        VmId = vm, Incarnation = incarnation, Generation = generation, Sequence = generation, Power = power,
    };

    private static Task<HttpResponseMessage> ReportAsync(Machine machine, AgentReport report) =>
        machine.PostAsync(AgentProtocol.Reports, report, AgentJson.Default.AgentReport);

    // As an agent whose guests do at once what they shall.
    private static async Task ObeyAsync(Machine machine, string vm)
    {
        for (var after = 0L; ;)
        {
            var page = await machine.Link.WaitAssignmentsAsync(machine.Scope, after, none);
            after = page.Revision;
            if (page.Items.FirstOrDefault(item => item.VmId == vm) is not { } wanted) { continue; }
            var power = wanted.Power == DesiredPower.Running ? ObservedPower.Running : ObservedPower.Stopped;
            await machine.Link.ReportAsync(new AgentReport
            {
                HostId = machine.HostId, Vms = [Seen(vm, wanted.Incarnation, power, wanted.Generation)],
            }, none);
            if (power == ObservedPower.Running) { return; }
        }
    }

    private async Task<(string Name, byte[] Content)> ImageAsync()
    {
        var (name, content) = (Conversation.NewName("img"), Content.Qcow2());
        await service.PostedAsync(201, "/v1/images", new { name, format = "QCOW2" });
        using var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        (await service.Client.PutAsync($"/v1/images/{name}/content", body)).EnsureSuccessStatusCode();
        return (name, content);
    }

    private async Task<(string Vm, string Operation)> BeginVmAsync(Machine machine, string image)
    {
        var (host, pool) = (machine.Answer.Name, Conversation.NewName("pool"));
        await ServiceFixture.ReadAsync(200, await service.SendAsync(HttpMethod.Patch, $"/v1/hosts/{host}", new { labels = new { only = host } }));
        await service.PostedAsync(201, "/v1/pools", new { name = pool, hostSelector = new { labels = new { only = host } } });
        var operation = await service.PostedAsync(202, "/v1/vms", new
        {
            name = Conversation.NewName("vm"), pool, spec = new { vcpus = 1, memoryMiB = 64, diskGiB = 1, image },
        });
        return (operation.GetProperty("target").GetString()!["vms/".Length..], operation.GetProperty("id").GetString()!);
    }

    private async Task<string> StepsAsync(string operation) => string.Join(", ",
        (await service.GetAsync($"/v1/operations/{operation}")).GetProperty("steps").EnumerateArray()
            .Select(step => $"{step.GetProperty("name").GetString()} {step.GetProperty("state").GetString()}"));

    private async Task<string> EndOfAsync(string operation)
    {
        var response = await service.SendAsync(HttpMethod.Get, $"/v1/operations/{operation}", null, ("Prefer", "wait=60"));
        return (await ServiceFixture.ReadAsync(200, response)).GetProperty("state").GetString()!;
    }
}
