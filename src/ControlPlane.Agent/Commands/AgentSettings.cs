using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ControlPlane.Agent.Commands;

/// <summary>The agent's settings from the environment, under the same names as the service's own agent has.</summary>
internal static class AgentSettings
{
    /// <summary>
    /// Reads them; throws <see cref="OptionsValidationException"/> or <see cref="InvalidOperationException"/> where they are bad.
    /// </summary>
    internal static AgentOptions Read(string vmsDirectory)
    {
        var options = new AgentOptions();
        new ConfigurationBuilder().AddEnvironmentVariables().Build().GetSection(AgentOptions.Section)
            .Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        options.VmsDirectory = vmsDirectory;
        var verdict = new AgentOptionsRules().Validate(null, options);
        return verdict.Failed ? throw new OptionsValidationException("", typeof(AgentOptions), verdict.Failures) : options;
    }
}
