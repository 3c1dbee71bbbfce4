using ControlPlane.Api.Hosts;
using ControlPlane.Api.Http;
using ControlPlane.Api.Operations;
using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Tests.Hosts;

/// <summary>The steps of the engine operations, walked one by one as the worker does.</summary>
public sealed class EngineStepTests(OpenStore open) : IClassFixture<OpenStore>
{
    private readonly EngineOperationTables tables = new(Options.Create(new OperationOptions()));

    [Fact]
    public async Task Starting_an_engine_on_which_no_guest_ran_fails_with_the_reason_and_leaves_it_stopped()
    {
        var host = await HostAsync(EngineKind.Software);

        var fault = await StepAsync(host, EngineKind.Software, tables.Start, "prove");
        await EndAsync(host, EngineKind.Software, tables.Start, OperationState.Failed);

        Assert.Equal(("engine-not-proved", "No guest ended within 20 s."), (fault!.Code, fault.Message));
        Assert.Equal(EngineState.Stopped, await StateAsync(host, EngineKind.Software));
    }

    [Fact]
    public async Task Each_step_may_be_repeated_and_undoing_opens_and_closes_again()
    {
        var host = await HostAsync(EngineKind.Hardware);
        foreach (var step in new[] { "prove", "prove", "open", "open" })
        {
            Assert.Null(await StepAsync(host, EngineKind.Hardware, tables.Start, step));
        }
        Assert.Equal(EngineState.Running, await StateAsync(host, EngineKind.Hardware));

        await UndoAsync(host, EngineKind.Hardware, tables.Start, "open");
        await UndoAsync(host, EngineKind.Hardware, tables.Start, "open");
        Assert.Equal(EngineState.Stopped, await StateAsync(host, EngineKind.Hardware));

        Assert.Null(await StepAsync(host, EngineKind.Hardware, tables.Stop, "close"));
        await UndoAsync(host, EngineKind.Hardware, tables.Stop, "close");
        Assert.Equal(EngineState.Running, await StateAsync(host, EngineKind.Hardware));
    }

    [Fact]
    public async Task A_step_on_an_engine_that_is_gone_fails_instead_of_breaking()
    {
        var fault = await StepAsync(new HostId(Guid.CreateVersion7()), EngineKind.Hardware, tables.Start, "open");

        Assert.Equal("engine-gone", fault!.Code);
    }

    [Fact]
    public async Task While_an_operation_is_at_work_on_an_engine_nothing_else_is_done_to_it()
    {
        var host = await HostAsync(EngineKind.Hardware);
        var running = await open.Store.WriteAsync(null, session =>
        {
            var operation = new Operation(new(Guid.CreateVersion7(session.Now)), "default", OperationKind.StartEngine,
                $"hosts/{host}/engines/hardware", "token:test", ["prove", "open"], session.Now);
            session.Db.Operations.Add(operation);
            return Task.FromResult(operation.Id);
        }, CancellationToken.None);
        var (text, none) = (host.ToString(), CancellationToken.None);

        foreach (var answer in new[]
        {
            await open.Engines.PutAsync(text, "hardware", new EngineTermsDocument(), OpenStore.Terms, none),
            await open.Engines.DeleteAsync(text, "hardware", OpenStore.Terms, none),
        })
        {
            var problem = Assert.IsType<Answer.Refused>(answer).Why;
            Assert.Equal(ProblemCode.OperationInProgress, problem.Code);
            Assert.Equal($"/v1/operations/{running}", problem.Extensions!["operation"]);
        }
        Assert.IsType<Answer.Done>(await open.Engines.PutAsync(text, "software", new EngineTermsDocument(), OpenStore.Terms, none));
    }

    private async Task<HostId> HostAsync(EngineKind kind)
    {
        var host = await open.RealHostAsync(Conversation.NewName("real"));
        var segment = kind == EngineKind.Hardware ? "hardware" : "software";
        await open.Engines.PutAsync(host.ToString(), segment, new EngineTermsDocument(), OpenStore.Terms, CancellationToken.None);
        return host;
    }

    private Task<OperationFault?> StepAsync(HostId host, EngineKind kind, OperationTable table, string step) =>
        InAsync(host, kind, table, scope => table.Steps.First(work => work.Name == step).Do(scope));

    private Task<bool> UndoAsync(HostId host, EngineKind kind, OperationTable table, string step) =>
        InAsync(host, kind, table, async scope =>
        {
            await table.Steps.First(work => work.Name == step).Undo!(scope);
            return true;
        });

    private Task<string?> EndAsync(HostId host, EngineKind kind, OperationTable table, OperationState state) =>
        InAsync(host, kind, table, scope => table.End(scope, state));

    private async Task<T> InAsync<T>(HostId host, EngineKind kind, OperationTable table, Func<StepScope, Task<T>> act)
    {
        var segment = kind == EngineKind.Hardware ? "hardware" : "software";
        return await open.Store.WriteAsync(null, session =>
        {
            var operation = new Operation(new(Guid.CreateVersion7(session.Now)), "default", table.Kind,
                $"hosts/{host}/engines/{segment}", "token:test", table.Steps.Select(step => step.Name), session.Now);
            return act(new StepScope(session, operation, null, null!));
        }, CancellationToken.None);
    }

    private async Task<EngineState> StateAsync(HostId host, EngineKind kind)
    {
        await using var db = open.Store.Read(null);
        return (await db.Hosts.FirstAsync(row => row.Id == host)).Engine(kind)!.State;
    }
}
