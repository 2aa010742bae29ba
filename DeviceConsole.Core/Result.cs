using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core;

/// <summary>Why a service did not do what it was asked.</summary>
public enum ProblemKind
{
    /// <summary>The input is wrong; <see cref="Problem.Errors"/> says where.</summary>
    Invalid,

    /// <summary>There is no such thing in the caller's tenant and scope.</summary>
    NotFound,

    /// <summary>The caller's rights do not cover it.</summary>
    Forbidden,

    /// <summary>Somebody else changed it, or it exists already, or its state does not allow it.</summary>
    Conflict,

    /// <summary>A limit is reached; later helps.</summary>
    TooMany,
}

/// <summary>An expected failure of a service, in words for the person who met it.</summary>
public sealed record Problem(ProblemKind Kind, string Message)
{
    /// <summary>Sentences about single fields.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    /// <summary>Several fields are wrong.</summary>
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new(ProblemKind.Invalid, errors.Count == 1 ? errors[0].Message : $"{errors.Count} fields need a correction.") { Errors = errors };

    /// <summary>One field is wrong.</summary>
    public static Problem Invalid(string field, string message) => Invalid([new FieldError(field, message)]);

    /// <summary>Not there, or not visible to the caller: the two are never told apart.</summary>
    public static Problem NotFound(string what) => new(ProblemKind.NotFound, $"There is no such {what}.");

    /// <summary>The caller lacks a right.</summary>
    public static Problem Forbidden(string what) => new(ProblemKind.Forbidden, $"Your role does not allow you to {what}.");

    /// <summary>The state of things does not allow it.</summary>
    public static Problem Conflict(string message) => new(ProblemKind.Conflict, message);
}

/// <summary>A value, or the problem that stood in its way.</summary>
public readonly record struct Result<T>
{
    private readonly T? value;

    private Result(T? value, Problem? problem) => (this.value, Problem) = (value, problem);

    /// <summary>Null when all went well.</summary>
    public Problem? Problem { get; }

    /// <summary>True when there is a value.</summary>
    public bool IsSuccess => Problem is null;

    /// <summary>The value; reading it in spite of a problem is a defect and throws.</summary>
    public T Value => Problem is null ? value! : throw new InvalidOperationException($"The result is a problem: {Problem.Message}");

    /// <summary>A success.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A failure.</summary>
    public static implicit operator Result<T>(Problem problem) => new(default, problem);
}

/// <summary>The value of a service that has nothing to give back.</summary>
public readonly record struct Done;
