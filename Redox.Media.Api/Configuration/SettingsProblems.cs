using System.Collections.Concurrent;

namespace Redox.Media.Api.Configuration;

/// <summary>What is wrong with the current settings, by section or file. Readiness shows that something is.</summary>
internal sealed class SettingsProblems
{
    private readonly ConcurrentDictionary<string, string> _problems = new();

    public bool Any => !_problems.IsEmpty;

    /// <summary>Returns true for a problem that is not known yet.</summary>
    /// <param name="problem">Null when nothing is wrong any more.</param>
    public bool Set(string subject, string? problem)
    {
        if (problem is null)
        {
            _problems.TryRemove(subject, out _);
            return false;
        }

        var isNew = !_problems.TryGetValue(subject, out var known) || known != problem;
        _problems[subject] = problem;
        return isNew;
    }
}
