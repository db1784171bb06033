using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>Makes of messages the events that the service would make of them. Their files lie in memory that goes with this.</summary>
internal sealed class EventsUnderTest(InProcessDriver door) : IDisposable
{
    private readonly List<ParsedMessage> _bodies = [];

    public DocumentEvent Of(JObject message)
    {
        var body = new ReaderUnderTest().Read(Encoding.UTF8.GetBytes(message.ToString()), bytesPerRead: 4096);
        _bodies.Add(body);
        var now = TimeProvider.System.GetUtcNow();
        var judged = door.Services.GetRequiredService<MessageValidator>().Judge(body, new Caller.Engine(), now);
        return ((DocumentChangeHandler)judged.Handler!).ToEvent(judged.Message, now);
    }

    public void Dispose() => _bodies.ForEach(body => body.Dispose());
}
