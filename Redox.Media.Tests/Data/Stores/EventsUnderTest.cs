using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>Makes the document events of messages. Their content is in pooled memory, which is returned with this.</summary>
internal sealed class EventsUnderTest(InProcessDriver driver) : IDisposable
{
    private readonly List<ParsedMessage> _bodies = [];

    public DocumentEvent Of(JObject message)
    {
        var body = new ReaderUnderTest().Read(Encoding.UTF8.GetBytes(message.ToString()), bytesPerRead: 4096);
        _bodies.Add(body);
        var now = TimeProvider.System.GetUtcNow();
        var validated = driver.Services.GetRequiredService<MessageValidator>().Validate(body, new Caller.Engine(), now);
        return ((DocumentChangeHandler)validated.Handler!).ToEvent(validated, now);
    }

    public void Dispose() => _bodies.ForEach(body => body.Dispose());
}
