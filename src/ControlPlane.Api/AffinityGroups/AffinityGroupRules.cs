using ControlPlane.Core.AffinityGroups;
using FluentValidation;

namespace ControlPlane.Api.AffinityGroups;

/// <summary>The shape of what an affinity group says.</summary>
internal static class AffinityGroupRules
{
    internal const string ScopeRule =
        "must be HOST, ZONE, or label: and a key of 1 to 63 letters, digits, '.', '_', '/' and '-', such as label:rack";

    internal static void Policy<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(word => Words.TryParse<AffinityPolicy>(word, out _)).WithMessage("must be AFFINITY or ANTI_AFFINITY");

    internal static void Strictness<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(word => Words.TryParse<Strictness>(word, out _)).WithMessage("must be HARD or SOFT");

    internal static void Scope<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(text => FailureDomain.TryParse(text, out _)).WithMessage(ScopeRule);
}
