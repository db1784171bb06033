using Redox.Media.Core.Audit;

namespace Redox.Media.Core.Deliveries;

/// <summary>Who sent a request. It decides how invalid content is answered and what may be seen.</summary>
public abstract record Caller
{
    private Caller()
    {
    }

    /// <summary>How the caller is named in the delivery's row and in logs.</summary>
    public abstract string Name { get; }

    /// <summary>Where this request of the caller came from.</summary>
    public RequestOrigin Origin { get; init; } = RequestOrigin.Unknown;

    /// <summary>
    /// The Redox engine. It repeats a request forever while the status is 400 or above, so it gets 200 for what a retry cannot help.
    /// </summary>
    public sealed record Engine : Caller
    {
        public override string Name => "engine";
    }

    /// <summary>A partner app that calls directly and is told at once what is invalid.</summary>
    /// <param name="Id">Its configured ID.</param>
    /// <param name="VisibleSources">The sources whose documents it may see; null for all.</param>
    public sealed record Client(string Id, IReadOnlyList<string>? VisibleSources) : Caller
    {
        public override string Name => "client:" + Id;

        /// <summary>The source whose documents it may change; null for any.</summary>
        public string? OwnSource { get; init; }

        /// <summary>Whether its queries too must name its own source, as Redox requires of what is sent to it.</summary>
        public bool QueriesAsOwnSource { get; init; }

        /// <summary>The events that it may send, by their names on the wire; null for all.</summary>
        public IReadOnlySet<string>? Events { get; init; }

        /// <summary>Whether its New may revise or revive a document. Without this right it creates documents only.</summary>
        public bool MayRevise { get; init; } = true;
    }

    /// <summary>A member of the support staff.</summary>
    /// <param name="Member">Their configured name.</param>
    public sealed record Staff(string Member) : Caller
    {
        /// <summary>The sources whose deliveries and documents they may see; null for all, also for what names no source.</summary>
        public IReadOnlyList<string>? VisibleSources { get; init; }

        public override string Name => "staff:" + Member;
    }
}
