namespace Redox.Media.Core.Deliveries;

/// <summary>Who speaks. It decides how bad content is answered and what may be seen.</summary>
public abstract record Caller
{
    private Caller()
    {
    }

    /// <summary>How the caller is named in the delivery's row and in logs.</summary>
    public abstract string Name { get; }

    /// <summary>The Redox engine: it repeats any answer of 400 or above for ever, so it is never told of what cannot be mended by repeating.</summary>
    public sealed record Engine : Caller
    {
        public override string Name => "engine";
    }

    /// <summary>A partner app that speaks for itself and is told at once what it must mend.</summary>
    /// <param name="Id">Its configured ID.</param>
    /// <param name="VisibleSources">The sources whose documents it may see; null for all.</param>
    public sealed record Client(string Id, IReadOnlyList<string>? VisibleSources) : Caller
    {
        public override string Name => "client:" + Id;

        /// <summary>The source whose documents it may change; null for any.</summary>
        public string? OwnSource { get; init; }

        /// <summary>The events that it may send, by their names on the wire; null for all.</summary>
        public IReadOnlySet<string>? Events { get; init; }
    }

    /// <summary>A person at the support desk, for instance one who releases what was set aside.</summary>
    /// <param name="Member">Their configured name.</param>
    public sealed record Staff(string Member) : Caller
    {
        public override string Name => "staff:" + Member;
    }
}
