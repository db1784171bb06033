using System.Diagnostics;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// The trace of a delivery's stages. An activity carries the stage's name and, at its end, the outcome; nothing that a sender wrote.
/// </summary>
public static class DeliveryActivity
{
    /// <summary>The name of the activity source.</summary>
    public const string SourceName = "Redox.Media";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Starts the activity of a stage; null when nothing listens.</summary>
    /// <param name="stage">read, validate, handle, record or respond.</param>
    public static Activity? Start(string stage) => Source.StartActivity("delivery " + stage);
}
