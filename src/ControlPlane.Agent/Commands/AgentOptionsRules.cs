using Microsoft.Extensions.Options;

namespace ControlPlane.Agent.Commands;

/// <summary>The annotations of <see cref="AgentOptions"/>, checked without reflection.</summary>
[OptionsValidator]
internal sealed partial class AgentOptionsRules : IValidateOptions<AgentOptions>;
