namespace Redox.Media.Core.Audit;

/// <summary>What a reader of the audit may see of its events.</summary>
/// <param name="SeesPhi">Whether it may see identifiers of patients, and what was asked for. Otherwise it sees those that it named.</param>
/// <param name="VisibleSources">The sources whose documents and deliveries it may see; null for all.</param>
public sealed record AuditReader(bool SeesPhi, IReadOnlyList<string>? VisibleSources)
{
    public bool Sees(string source) => VisibleSources?.Contains(source) != false;
}
