using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ControlPlane.Agent.Remote;
using ControlPlane.Api.Tests.Hosts;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Api.Tests.Agents;

/// <summary>How machines become hosts, and stop being trusted.</summary>
public abstract class JoiningTests(ServiceWithAgentDoor service)
{
    [SkippableFact]
    public async Task A_machine_joins_by_a_token_and_is_a_host_with_what_was_measured()
    {
        var name = Conversation.NewName("joins");
        using var machine = await Machine.JoinAsync(service, name);

        var host = await service.GetAsync($"/v1/hosts/{name}");
        Assert.Equal(machine.HostId, host.GetProperty("id").GetString());
        Assert.Equal(("QEMU", "ACTIVE"), (host.GetProperty("driver").GetString(), host.GetProperty("state").GetString()));
        Assert.Equal(8, host.GetProperty("capacity").GetProperty("vcpu").GetProperty("total").GetInt32());
        Assert.Equal("TRUE", Condition(host, "Joined").GetProperty("status").GetString());
        Assert.Equal($"CN={machine.HostId}", machine.Credentials.Certificate.Subject);
        Assert.True((await machine.Link.WaitAssignmentsAsync(machine.Scope, 0, CancellationToken.None)).Complete);
        Assert.NotEqual(JsonValueKind.Null, (await service.GetAsync($"/v1/hosts/{name}")).GetProperty("lastHeartbeat").ValueKind);
    }

    [SkippableFact]
    public async Task A_token_is_good_for_one_machine_and_the_same_machine_may_ask_again()
    {
        var (name, token) = (Conversation.NewName("once"), await Machine.TokenAsync(service));
        using var key = HostCredentials.NewKey();
        var first = await FleetJoin.JoinAsync(Machine.Door(service), token, Machine.Request(name, key), CancellationToken.None);

        var again = await FleetJoin.JoinAsync(Machine.Door(service), token, Machine.Request(name, key), CancellationToken.None);
        Assert.Equal(first.HostId, again.HostId);
        var used = await RefusedJoinAsync(409, "join-token-used", token, Conversation.NewName("twice"));
        Assert.Contains("POST /v1/hosts/join-tokens", used, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_token_whose_time_is_over_is_refused()
    {
        var token = await Machine.TokenAsync(service, new { validitySeconds = 60 });
        await service.ExecuteAsync($"UPDATE join_tokens SET expire_time = create_time WHERE id = 'join_{token[4..30]}'");
        await RefusedJoinAsync(403, "join-token-expired", token, Conversation.NewName("late"));
    }

    [SkippableTheory]
    [InlineData("nothing")]
    [InlineData("cpj_01.02.03")]
    [InlineData(null)]
    public async Task A_token_that_the_service_did_not_make_is_refused(string? token) =>
        await RefusedJoinAsync(401, "join-token-invalid", token, Conversation.NewName("forged"));

    [SkippableFact]
    public async Task A_token_with_another_secret_is_refused_and_stays_unused()
    {
        var (name, token) = (Conversation.NewName("guessed"), await Machine.TokenAsync(service));
        var parts = token.Split('.');
        var guess = $"{parts[0]}.{new string('A', parts[1].Length)}.{parts[2]}";

        await RefusedJoinAsync(401, "join-token-invalid", guess, name);
        using var machine = await Machine.JoinAsync(service, name, token);
    }

    [SkippableFact]
    public async Task The_secret_of_a_token_is_kept_nowhere_and_a_repeated_call_gives_it_again()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var first = await service.PostedAsync(200, "/v1/hosts/join-tokens", new { }, key);
        var again = await service.PostedAsync(200, "/v1/hosts/join-tokens", new { }, key);
        var rehearsed = await service.PostedAsync(200, "/v1/hosts/join-tokens?validateOnly=true", new { });

        var token = first.GetProperty("token").GetString()!;
        Assert.Equal(token, again.GetProperty("token").GetString());
        Assert.Equal("", rehearsed.GetProperty("token").GetString());
        var secret = token.Split('.')[1];
        Assert.Equal(0, await service.ExecuteAsync(
            $"UPDATE idempotency_keys SET body = body WHERE body LIKE '%{secret}%'"));
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("kept"), token);
    }

    [SkippableFact]
    public async Task A_name_that_is_taken_is_refused_and_the_token_stays_unused()
    {
        var (name, token) = (Conversation.NewName("taken"), await Machine.TokenAsync(service));
        await service.AddHostAsync(name);

        await RefusedJoinAsync(409, "already-exists", token, name);
        await ServiceFixture.RefusedAsync(409, "already-exists", await service.PostAsync("/v1/hosts/join-tokens", new { name }));
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("free"), token);
    }

    [SkippableFact]
    public async Task A_certificate_request_that_its_key_did_not_sign_is_refused()
    {
        using var rsa = RSA.Create(2048);
        var weak = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequestPem();
        using var key = HostCredentials.NewKey();
        var pem = HostCredentials.RequestFor(key);
        var bytes = PemEncoding.Find(pem) is var found ? Convert.FromBase64String(pem[found.Base64Data]) : [];
        bytes[^1] ^= 1;
        foreach (var wrong in new[] { "nothing", weak, PemEncoding.WriteString("CERTIFICATE REQUEST", bytes) })
        {
            var token = await Machine.TokenAsync(service);
            var request = Machine.Request(Conversation.NewName("weak"), key) with { CertificateRequest = wrong };
            using var client = ServiceConnection.OpenUnknown(Machine.Door(service));
            var json = JsonSerializer.Serialize(request, AgentJson.Default.JoinRequest);
            var problem = await ServiceFixture.RefusedAsync(
                400, "validation-failed", await Machine.SendAsync(client, AgentProtocol.Join, json, token));
            Assert.True(problem.GetProperty("errors").TryGetProperty("certificateRequest", out _));
        }
    }

    [SkippableFact]
    public async Task A_machine_believes_only_the_service_that_its_token_names()
    {
        var token = await Machine.TokenAsync(service);
        var other = $"{token[..^64]}{new string('0', 64)}";

        var fault = await Assert.ThrowsAsync<JoiningException>(() => Machine.JoinAsync(service, Conversation.NewName("astray"), other));
        Assert.Contains("not the service that made the token", fault.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_host_cannot_pass_for_the_service()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("posing"));
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var posing = Task.Run(async () =>
        {
            using var peer = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(peer.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = machine.Credentials.Certificate });
        });
        var address = new Uri($"https://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}");
        using var client = ServiceConnection.Open(address, machine.Credentials.Authority, () => null);

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(AgentProtocol.Authority));
        Assert.Contains("RemoteCertificateNameMismatch", fault.ToString(), StringComparison.Ordinal);
        await posing.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [SkippableFact]
    public async Task Nobody_without_a_certificate_of_the_fleet_is_heard()
    {
        using var stranger = ServiceConnection.OpenUnknown(Machine.Door(service));
        using var key = HostCredentials.NewKey();
        using var own = new CertificateRequest("CN=me", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("known"));
        using var selfMade = ServiceConnection.Open(Machine.Door(service), machine.Credentials.Authority, () => own);

        await ServiceFixture.RefusedAsync(401, "unauthenticated", await stranger.GetAsync(AgentProtocol.Assignments));
        await ServiceFixture.RefusedAsync(401, "unknown-certificate", await selfMade.GetAsync(AgentProtocol.Assignments));
        await ServiceFixture.RefusedAsync(404, "not-found", await machine.Client.GetAsync("/v1/hosts"));
        await ServiceFixture.RefusedAsync(404, "not-found", await service.Client.GetAsync(AgentProtocol.Assignments));
    }

    [SkippableFact]
    public async Task A_renewed_certificate_works_beside_the_one_before_and_the_earlier_ones_end()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("renews"));
        using var second = await machine.RenewAsync(Machine.Door(service));

        Assert.Equal(200, (int)(await second.GetAsync($"{AgentProtocol.Assignments}?after=0")).StatusCode);
        Assert.Equal(200, (int)(await machine.Client.GetAsync($"{AgentProtocol.Assignments}?after=0")).StatusCode);
        using var third = await machine.RenewAsync(Machine.Door(service));
        await ServiceFixture.RefusedAsync(401, "unknown-certificate", await second.GetAsync($"{AgentProtocol.Assignments}?after=0"));
        Assert.Equal(200, (int)(await third.GetAsync($"{AgentProtocol.Assignments}?after=0")).StatusCode);
    }

    [SkippableFact]
    public async Task A_certificate_whose_time_is_over_is_refused()
    {
        using var machine = await Machine.JoinAsync(service, Conversation.NewName("expires"));
        await service.ExecuteAsync($"UPDATE host_certificates SET expire_time = create_time WHERE host = '{machine.HostId}'");
        await ServiceFixture.RefusedAsync(401, "certificate-expired", await machine.Client.GetAsync(AgentProtocol.Assignments));
    }

    [SkippableFact]
    public async Task A_revoked_host_is_refused_at_once_and_joins_again_by_a_token_that_names_it()
    {
        var name = Conversation.NewName("revoked");
        using var machine = await Machine.JoinAsync(service, name);
        var page = await machine.Link.WaitAssignmentsAsync(machine.Scope, 0, CancellationToken.None);
        var waiting = machine.Client.GetAsync($"{AgentProtocol.Assignments}?after={page.Revision}");

        var host = await service.PostedAsync(200, $"/v1/hosts/{name}/revoke");
        var again = await service.PostedAsync(200, $"/v1/hosts/{name}/revoke");

        Assert.Equal("CORDONED", host.GetProperty("state").GetString());
        Assert.Equal("CertificateRevoked", Condition(host, "Joined").GetProperty("reason").GetString());
        Assert.Equal(host.GetProperty("etag").GetString(), again.GetProperty("etag").GetString());
        await ServiceFixture.RefusedAsync(401, "certificate-revoked", await machine.Client.GetAsync(AgentProtocol.Assignments));
        await ServiceFixture.RefusedAsync(401, "certificate-revoked", await waiting);
        await RefusedJoinAsync(409, "already-exists", await Machine.TokenAsync(service), name);
        using var back = await Machine.JoinAsync(service, name, await Machine.TokenAsync(service, new { name }));
        Assert.Equal(machine.HostId, back.HostId);
        Assert.True((await back.Link.WaitAssignmentsAsync(back.Scope, 0, CancellationToken.None)).Complete);
        await ServiceFixture.RefusedAsync(401, "unknown-certificate", await machine.Client.GetAsync(AgentProtocol.Assignments));
    }

    [SkippableFact]
    public async Task A_revoked_host_cannot_come_back_by_the_token_it_came_with()
    {
        var (name, token) = (Conversation.NewName("back"), await Machine.TokenAsync(service));
        using var key = HostCredentials.NewKey();
        var wanted = Machine.Request(name, key);
        await FleetJoin.JoinAsync(Machine.Door(service), token, wanted, CancellationToken.None);
        await service.PostedAsync(200, $"/v1/hosts/{name}/revoke");

        var again = () => FleetJoin.JoinAsync(Machine.Door(service), token, wanted, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<JoiningException>(again);
        Assert.Equal("join-token-invalid", Assert.IsType<AgentRefusedException>(refused.InnerException).Problem.Code);
        using var replaced = await Machine.JoinAsync(service, name, await Machine.TokenAsync(service, new { name }));
        await Assert.ThrowsAsync<JoiningException>(again);
    }

    [SkippableFact]
    public async Task A_host_that_did_not_join_has_nothing_to_revoke()
    {
        var name = Conversation.NewName("never");
        await service.AddHostAsync(name);
        await ServiceFixture.RefusedAsync(409, "invalid-state", await service.PostAsync($"/v1/hosts/{name}/revoke"));
    }

    [SkippableFact]
    public async Task A_deleted_host_is_refused_at_once()
    {
        var name = Conversation.NewName("deleted");
        using var machine = await Machine.JoinAsync(service, name);

        Assert.Equal(204, (int)(await service.SendAsync(HttpMethod.Delete, $"/v1/hosts/{name}")).StatusCode);
        await ServiceFixture.RefusedAsync(401, "unknown-certificate", await machine.Client.GetAsync(AgentProtocol.Assignments));
    }

    private static JsonElement Condition(JsonElement host, string type) =>
        host.GetProperty("conditions").EnumerateArray().Single(condition => condition.GetProperty("type").GetString() == type);

    private async Task<string> RefusedJoinAsync(int status, string code, string? token, string name)
    {
        using var client = ServiceConnection.OpenUnknown(Machine.Door(service));
        using var key = HostCredentials.NewKey();
        var json = JsonSerializer.Serialize(Machine.Request(name, key), AgentJson.Default.JoinRequest);
        var problem = await ServiceFixture.RefusedAsync(status, code, await Machine.SendAsync(client, AgentProtocol.Join, json, token));
        return problem.GetProperty("detail").GetString()!;
    }
}
