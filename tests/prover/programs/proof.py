"""Calls the program's `main`, with the model that its parameter names; every model and every provider says "done"."""

import inspect

from unstuck.fakes import Answer, Provider, ScriptedModel, Silence, SilentModel

CPU = 0.5

MODELS = {"model": ScriptedModel(["done"]), "slow": ScriptedModel(["done"], after=4), "silent": SilentModel()}
BEHAVIOURS = {"silent": Silence(), "late": Answer("done", after=10)}


def drive(program):
    return program.main(*(MODELS[name] for name in inspect.signature(program.main).parameters))


def served(program, provider: Provider):
    def behave(exchange):
        BEHAVIOURS.get(exchange.asked.json["model"], Answer("done"))(exchange)

    provider.script(behave)
    return program.main()
