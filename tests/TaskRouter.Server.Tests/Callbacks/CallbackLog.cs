using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TaskRouter.Server.Callbacks;

namespace TaskRouter.Server.Tests.Callbacks;

/// <summary>What the callbacks have logged, as an operator reads it.</summary>
internal sealed class CallbackLog : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) =>
        new Logger(categoryName == typeof(AssignmentCallbacks).FullName ? Lines : []);

    public void Dispose()
    {
    }

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
