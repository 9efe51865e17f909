from gunicorn.app.base import BaseApplication


class Service(BaseApplication):
    def load_config(self) -> None:
        self.cfg.set("bind", "127.0.0.1:0")
        self.cfg.set("workers", 2)

    def load(self) -> object:
        return lambda environ, start_response: []


Service().run()
